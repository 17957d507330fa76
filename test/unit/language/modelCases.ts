import type { Case } from './columnCases'

const head = "import { classification, dense, input, mean, model, sgd } from 'mtl'\nconst x = input('x', [8])\n"
const whole = (task: string, before = '') => `${head}${before}export default model({ tasks: { a: classification(2, x), ${task} } })`

/** What can be wrong with a model as a whole, and with options that are right one by one. */
export const modelCases: Record<string, Case> = {
  'a second default export': {
    code: 'mtl/syntax',
    whole: `${head}export default 1;«export default model({ tasks: { a: classification(2, x) } })»`,
  },
  'a size that no array has': { code: 'mtl/invalid-option', whole: whole('b: classification(2, dense(«2 ** 53»)(x))'), says: /below 2³¹/ },
  'nesterov without momentum': {
    code: 'mtl/invalid-option',
    whole: whole('b: classification(2, x)', 'sgd({ nesterov: «true» })\n'),
    says: /needs momentum/,
  },
  'a loss that does not look at its task': {
    code: 'mtl/blind-loss',
    whole: whole('b: classification(3, x, { loss: ({ target }) => «mean(target)» })'),
    says: /does not depend on its prediction/,
  },
  'a task with the name of the prototype': { code: 'mtl/not-a-task', whole: whole("[«'__proto__'»]: classification(2, x)") },
}
