import { main } from './main'

process.exitCode = main(process.argv.slice(2), process.env.INIT_CWD ?? process.cwd())
