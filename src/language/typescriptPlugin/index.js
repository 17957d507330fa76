// Plugin of the TypeScript server: `import … from 'mtl'` resolves to the declaration that comes with the extension,
// wherever the user's file lies, without anything installed there. A package of that name in the user's folder wins.
'use strict'

const { existsSync } = require('node:fs')
const { join } = require('node:path')

// The server loads the plugin from node_modules of the extension, by copy or by link; the build lays it beside the declaration.
const candidates = [
  join(__dirname, '..', 'types', 'mtl', 'index.d.ts'),
  join(__dirname, '..', '..', 'dist', 'types', 'mtl', 'index.d.ts'),
  join(__dirname, 'index.d.ts'),
]

module.exports = ({ typescript: ts }) => {
  const declaration = candidates.find(file => existsSync(file))
  const resolvedModule = declaration && {
    resolvedFileName: declaration.replace(/\\/g, '/'),
    extension: ts.Extension.Dts,
    isExternalLibraryImport: true,
    resolvedUsingTsExtension: false,
  }

  function create(info) {
    const host = info.languageServiceHost
    const log = message => info.project.projectService.logger.info(`[mtl] ${message}`)
    if (!resolvedModule) {
      log(`the declaration of 'mtl' is missing; looked at ${candidates.join(', ')}`)
      return info.languageService
    }
    const original = host.resolveModuleNameLiterals && host.resolveModuleNameLiterals.bind(host)
    host.resolveModuleNameLiterals = (literals, containingFile, redirected, options, ...rest) => {
      const resolutions = original
        ? original(literals, containingFile, redirected, options, ...rest)
        : literals.map(({ text }) => ts.resolveModuleName(text, containingFile, options, host, undefined, redirected))
      return resolutions.map((resolution, i) =>
        literals[i].text === 'mtl' && !resolution.resolvedModule ? { ...resolution, resolvedModule } : resolution,
      )
    }
    log(`'mtl' resolves to ${declaration}`)
    return info.languageService
  }

  return { create }
}
