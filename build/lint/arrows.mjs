// Which folder may import what: the arrows of the house, in one place. `npm run lint` holds every file to them.
//
// imports   other folders of the house; `:types` after a name allows `import type` only. A folder always sees itself.
// packages  packages from npm (and `vscode`).
// node      whether Node's own modules may be used: 'yes', or 'no' for what runs in the sandbox or in a webview.

const definitions = ['layers', 'tasks', 'optimizers', 'methods', 'data/sources', 'transforms', 'data/augmentations']

/** @type {Record<string, { imports: string[], packages?: string[], node?: 'yes' | 'no' }>} */
export const folders = {
  'src/base': { imports: [], node: 'no' },
  'src/ir': { imports: ['base'], node: 'no' },
  'src/tensor': { imports: ['base'], node: 'no' },

  // What a model file can name. Their lowerings see the tensor builder's types only, so that the sandbox carries no tensor code.
  'src/layers': { imports: ['base', 'ir', 'tensor:types'], node: 'no' },
  'src/tasks': { imports: ['base', 'transforms', 'tensor:types'], node: 'no' },
  'src/transforms': { imports: ['base', 'ir'], node: 'no' },
  'src/optimizers': { imports: ['base'], node: 'no' },
  'src/methods': { imports: ['base', 'methods/solvers'], node: 'no' },
  // Eigenvalues, quadratic programs: what methods and conflict analysis have in common.
  'src/methods/solvers': { imports: [], node: 'no' },
  'src/conflict': { imports: ['base', 'ir:types', 'methods/solvers'], node: 'no' },
  // How the labels of tasks hang together, before anything is trained: numbers in, numbers out.
  'src/relatedness': { imports: ['base', 'ir:types'], node: 'no' },
  'src/data/sources': { imports: ['base', 'data'], node: 'no' }, // what it needs of data is bundled into the sandbox, where Node can't be

  'src/data/extract': { imports: ['base', 'data'], packages: ['sharp'], node: 'yes' },
  'src/data/augmentations': { imports: ['base'], node: 'no' },

  'src/dsl': { imports: ['base', 'ir', ...definitions, 'data:types'], node: 'no' },
  'src/language': {
    imports: ['base', 'ir', 'dsl', ...definitions],
    packages: ['@babel/parser', '@babel/types', 'quickjs-emscripten-core', '@jitl/quickjs-wasmfile-release-sync'],
    node: 'yes',
  },

  'src/engine': {
    imports: ['base', 'ir', 'tensor', 'layers', 'tasks', 'optimizers'],
    packages: ['onnxruntime-node', 'onnxruntime-common', '@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-wasm'],
    node: 'yes',
  },
  'src/data': {
    imports: ['base', 'ir', 'relatedness', 'data/sources', 'transforms', 'data/augmentations', 'data/extract', 'tasks'],
    packages: ['@duckdb/node-api', 'fflate'],
    node: 'yes',
  },
  'src/runs': { imports: ['base', 'ir'], node: 'yes' },
  'src/training': { imports: ['base', 'ir', ...definitions, 'tensor', 'engine', 'conflict', 'data', 'runs'], node: 'yes' },

  // The programs.
  'src/trainer': { imports: ['base', 'ir', 'language', 'data', 'engine', 'runs', 'training'], node: 'yes' },
  'src/cli': { imports: ['base', 'ir', 'language', 'data', 'engine', 'runs', 'training', 'trainer'], node: 'yes' },

  // Between editor and panels: types, and pure functions over them.
  'src/protocol': { imports: ['base', 'ir', 'runs:types'], node: 'no' },
  // No mathematics and no data parsing in the extension host.
  'src/extension': { imports: ['base', 'ir', 'language', 'runs', 'protocol'], packages: ['vscode'], node: 'yes' },

  webview: { imports: ['base', 'ir', 'protocol', 'runs:types', 'webview/ui'], node: 'no' },
  'webview/ui': { imports: ['base'], packages: ['@vscode/webview-ui-toolkit'], node: 'no' },
  'webview/graph': { imports: ['base', 'ir', 'protocol', 'webview', 'webview/ui'], packages: ['elkjs'], node: 'no' },
  'webview/data': { imports: ['base', 'ir', 'protocol', 'webview', 'webview/ui'], node: 'no' },
  'webview/curves': { imports: ['base', 'ir', 'protocol', 'runs:types', 'webview', 'webview/ui'], packages: ['uplot'], node: 'no' },
  // The extension host does no mathematics: what is to be computed for each step is computed here.
  'webview/conflict': {
    imports: ['base', 'ir', 'protocol', 'runs:types', 'conflict', 'webview', 'webview/ui', 'webview/curves'],
    packages: ['uplot'],
    node: 'no',
  },
  'webview/affinity': { imports: ['ir', 'protocol', 'webview', 'webview/ui', 'webview/conflict'], node: 'no' },
}
