/** Reasons shown when a model file asks for what it can't have. */
const sameEveryTime = 'a model file must mean the same each time it is read'

/**
 * Makes the sandbox's own world unchangeable, so that a model file can neither disturb the recording nor see anything
 * that differs between two evaluations. Must run before any of the user's code.
 */
export function harden(): void {
  replaceUndetermined()
  for (const prototype of [Object.prototype, Error.prototype, ...nativeErrors()]) allowOverriding(prototype)
  freezeAll(globalThis)
}

function replaceUndetermined(): void {
  const refuse = (name: string) => () => {
    throw new TypeError(`${name} is not available in model files: ${sameEveryTime}`)
  }
  Object.defineProperty(Math, 'random', { value: refuse('Math.random()') })
  const date = refuse('Date')
  const handler = { apply: date, construct: date, get: (_: unknown, key: string | symbol) => (key === 'prototype' ? undefined : date()) }
  Object.defineProperty(Date.prototype, 'constructor', { value: undefined })
  Object.defineProperty(globalThis, 'Date', { value: new Proxy(function Date() {}, handler) })
  for (const name of ['SharedArrayBuffer', 'Atomics', 'WeakRef', 'FinalizationRegistry'])
    delete (globalThis as Record<string, unknown>)[name]
}

const nativeErrors = () =>
  [EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError].map<object>(({ prototype }) => prototype)

/**
 * A frozen prototype forbids `this.name = …` on the objects below it. Accessors that define the property on the object
 * itself give it back (the "override mistake" of ECMAScript; solved as in Google's SES).
 */
function allowOverriding(prototype: object): void {
  for (const key of Reflect.ownKeys(prototype)) {
    const descriptor = Object.getOwnPropertyDescriptor(prototype, key)!
    if (!('value' in descriptor) || !descriptor.configurable) continue
    const { value, enumerable } = descriptor as { value: unknown; enumerable: boolean }
    Object.defineProperty(prototype, key, {
      configurable: true,
      enumerable,
      get: () => value,
      set: function (this: object, next: unknown) {
        if (this === prototype) throw new TypeError('the built-in objects can’t be changed in model files')
        Object.defineProperty(this, key, { value: next, writable: true, enumerable: true, configurable: true })
      },
    })
  }
}

/** Everything that can be reached from the global object without calling anything. */
function freezeAll(root: object): void {
  const hidden = [
    function* () {},
    async function () {},
    async function* () {},
    [][Symbol.iterator](),
    ''[Symbol.iterator](),
    new Map()[Symbol.iterator](),
    new Set()[Symbol.iterator](),
    ''.matchAll(/x/g),
  ]
  const open: unknown[] = [root, ...hidden]
  const seen = new Set<unknown>()
  for (let thing = open.pop(); open.length > 0 || thing !== undefined; thing = open.pop()) {
    if ((typeof thing !== 'object' && typeof thing !== 'function') || thing === null || seen.has(thing)) continue
    seen.add(thing)
    for (const key of Reflect.ownKeys(thing)) {
      open.push(...Object.values(Object.getOwnPropertyDescriptor(thing, key) as Record<string, unknown>))
    }
    open.push(Object.getPrototypeOf(thing))
    Object.freeze(thing)
  }
}
