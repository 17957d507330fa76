export interface Disposable {
  dispose(): void
}

/** Owns what must be released together, in the reverse order of acquisition. */
export class Disposables implements Disposable {
  private items: Disposable[] = []
  private disposed = false

  /** @returns the item itself, released at once if this store is already released */
  track<T extends Disposable>(item: T): T {
    if (this.disposed) item.dispose()
    else this.items.push(item)
    return item
  }

  dispose(): void {
    this.disposed = true
    for (const item of this.items.splice(0).reverse()) item.dispose()
  }
}
