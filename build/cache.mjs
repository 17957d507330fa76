// Where things are kept that are downloaded once and serve every checkout.
import { homedir } from 'node:os'
import { join } from 'node:path'

export const cacheFolder = process.env.MTL_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'mtl-workbench')
