import type { Given } from './evaluate'

export interface Case {
  readonly code: string
  /** Lines between the imports and the model, with « » around where it must be marked. */
  readonly lines?: string
  /** A whole file instead. */
  readonly whole?: string
  readonly says?: RegExp
  /** What the marked line becomes by the first quick fix; checked to mend the problem. */
  readonly fixed?: string
  readonly given?: Given
}

const columnHead = "import { binary, classification, csv, model } from 'mtl'\n"

/** Mistakes around the transformations of columns and the split. */
export const columnCases: Record<string, Case> = {
  'an unknown column with a transformation': {
    code: 'mtl/unknown-column',
    lines: "csv('t.csv').features({ columns: { «heigth»: scale() } })",
    says: /did you mean 'height'/,
    fixed: "csv('t.csv').features({ columns: { height: scale() } })",
  },
  'a column without its transformation': {
    code: 'mtl/invalid-option',
    lines: "csv('t.csv').features({ columns: { height: «scale» as never } })",
    says: /call it/,
  },
  'an unknown scaling': {
    code: 'mtl/invalid-option',
    lines: "csv('t.csv').features({ columns: { height: scale(«'robst'» as never) } })",
    says: /did you mean 'robust'/,
  },
  'an option that a transformation does not have': {
    code: 'mtl/unknown-option',
    lines: "csv('t.csv').features({ columns: { height: scale('robust', { «mising»: 'median' } as never) } })",
    says: /did you mean 'missing'/,
  },
  'outliers that are said in another way': {
    code: 'mtl/invalid-option',
    lines: "csv('t.csv').features({ columns: { height: scale('standard', { outliers: «{ clip: 'irq' as never }» }) } })",
    says: /clip: 'iqr'/,
  },
  'a part that dates do not have': {
    code: 'mtl/invalid-option',
    lines: "csv('t.csv').features({ columns: { day: date(«['yaer' as never]») } })",
    says: /'year', 'quarter'/,
  },
  'a constant that is not said': {
    code: 'mtl/missing-option',
    lines: "csv('t.csv').features({ columns: { width: scale('standard', «{ missing: 'constant' }») } })",
    says: /needs fill/,
  },
  'texts to be scaled': { code: 'mtl/wrong-column', lines: "csv('t.csv').features({ columns: { kind: «scale()» } })", says: /oneHot/ },
  'dates to be scaled': { code: 'mtl/wrong-column', lines: "csv('t.csv').features({ columns: { day: «scale()» } })", says: /date\(/ },
  'one number each for thousands of names': {
    code: 'mtl/wrong-column',
    lines: "csv('t.csv').features({ columns: { id: «oneHot()» } })",
    says: /hashing/,
  },
  'an order that leaves out a value': {
    code: 'mtl/wrong-column',
    lines: "csv('t.csv').features({ columns: { kind: «ordinal({ order: ['a', 'b'] })» } })",
    says: /'c'/,
  },
  'buckets that are not said': { code: 'mtl/missing-argument', lines: "csv('t.csv').features({ columns: { id: «(hashing as any)()» } })" },
  'gaps in a transformed feature': {
    code: 'mtl/missing-features',
    lines: "const d = csv('t.csv')\n«d.features({ columns: { width: scale('robust') } })»",
    says: /'width' \(3\)/,
    fixed: "const d = csv('t.csv', { missingFeatures: 'drop' })\nd.features({ columns: { width: scale('robust') } })",
  },
  'a column that is both scaled and named': {
    code: 'mtl/duplicate-column',
    lines: "csv('t.csv').features({ numeric: ['height'], columns: { «height»: scale() } })",
  },
  'an unknown second column to stratify by': {
    code: 'mtl/unknown-column',
    lines: "csv('t.csv', { split: { stratify: ['kind', «'soldd'»] } })",
    fixed: "csv('t.csv', { split: { stratify: ['kind', 'sold'] } })",
  },
  'an unknown column of groups': {
    code: 'mtl/unknown-column',
    lines: "csv('t.csv', { split: { group: «'knid'» } })",
    fixed: "csv('t.csv', { split: { group: 'kind' } })",
  },
  'two ways to split': {
    code: 'mtl/split-ways',
    lines: "csv('t.csv', { split: { group: 'id', «time»: 'day' } })",
    says: /combined with group/,
  },
  'strata in time': { code: 'mtl/split-ways', lines: "csv('t.csv', { split: { time: 'day', «stratify»: 'kind' } })" },
  'files for a part that is none': {
    code: 'mtl/invalid-option',
    lines: "csv('t.csv', { split: { files: «{ tset: 'test.csv' }» as never } })",
    says: /test: 'test.csv'/,
  },
  'an augmentation that is none': {
    code: 'mtl/invalid-option',
    lines: "input('photo', [8, 8, 3], { augment: [flip(), «scale()» as never] })",
    says: /such as flip/,
  },
  'an augmentation of images for a vector': { code: 'mtl/shape-mismatch', lines: "input('row', [8], { augment: [mixup(), «flip()»] })" },
  'class weights for a class that is none': {
    code: 'mtl/unknown-class',
    lines: "classification(csv('t.csv').label('kind'), x, { classWeights: { «bb»: 2 } })",
  },
  'two tasks that resample': {
    code: 'mtl/invalid-option',
    whole: `${columnHead}const d = csv('t.csv')\nexport default model({ tasks: { a: classification(d.label('kind'), d.features({ numeric: ['height'] }), { resample: 'over' }), b: binary(d.label('sold'), d.features({ numeric: ['height'] }), { resample: «'under'» }) } })`,
    says: /use classWeights/,
  },
}
