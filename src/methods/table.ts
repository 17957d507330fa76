import { alignedMtl } from './aggregation/alignedMtl'
import { caGrad } from './aggregation/caGrad'
import { conFig } from './aggregation/conFig'
import { dbMtl } from './aggregation/dbMtl'
import { dualProj } from './aggregation/dualProj'
import { excessMtl } from './aggregation/excessMtl'
import { fairGrad } from './aggregation/fairGrad'
import { gradDrop } from './aggregation/gradDrop'
import { gradVac } from './aggregation/gradVac'
import { imtlG } from './aggregation/imtlG'
import { mgda } from './aggregation/mgda'
import { moCo } from './aggregation/moCo'
import { nashMtl } from './aggregation/nashMtl'
import { pcGrad } from './aggregation/pcGrad'
import { sdmGrad } from './aggregation/sdmGrad'
import { upGrad } from './aggregation/upGrad'
import type { Options } from '../base/options'
import type { MethodDefinition, Need } from './method'
import { weigh } from './weigh'
import { dwa } from './weighting/dwa'
import { equal } from './weighting/equal'
import { famo } from './weighting/famo'
import { fixed } from './weighting/fixed'
import { gls } from './weighting/gls'
import { gradNorm } from './weighting/gradNorm'
import { imtlL } from './weighting/imtlL'
import { ldcMtl } from './weighting/ldcMtl'
import { rlw } from './weighting/rlw'
import { si } from './weighting/si'
import { stch } from './weighting/stch'
import { uncertainty } from './weighting/uncertainty'

/** Every way to balance tasks: one line each. */
export const methods: readonly MethodDefinition[] = [
  equal,
  fixed,
  uncertainty,
  dwa,
  rlw,
  gls,
  si,
  imtlL,
  imtlG,
  gradNorm,
  mgda,
  pcGrad,
  gradVac,
  caGrad,
  gradDrop,
  nashMtl,
  fairGrad,
  alignedMtl,
  upGrad,
  dualProj,
  conFig,
  moCo,
  sdmGrad,
  famo,
  dbMtl,
  stch,
  excessMtl,
  ldcMtl,
  weigh,
]

const byKind = new Map(methods.map(method => [method.kind, method]))

export const methodOf = (kind: string): MethodDefinition | undefined => byKind.get(kind)

/** What a weighting needs, by its options. */
export const needsOf = ({ kind, options }: { readonly kind: string; readonly options: Options }): readonly Need[] => {
  const method = methodOf(kind)!
  return method.needsWith?.(options) ?? method.needs
}
