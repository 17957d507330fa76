import type { FromPanel } from '../src/protocol/message'
import { Channel, type Listener } from './channel'

interface VsCodeApi {
  postMessage(message: unknown): void
  getState(): unknown
  setState(state: unknown): void
}

declare function acquireVsCodeApi(): VsCodeApi

/** What a panel knows of the world outside its page. */
export interface Host<Action, State> {
  send(action: Action): void
  /** The state kept by VS Code, or null where there is none or `valid` refuses it: bad state is discarded. */
  readonly saved: State | null
  save(state: State): void
}

/**
 * Connects the page with the extension; the only caller of `acquireVsCodeApi`, which works once per page.
 * Errors that nobody catches go to the extension's log.
 * @param valid decides whether a saved state still has the form that this version writes
 */
export function connect<Snapshot, Delta, Action, State>(
  listener: (host: Host<Action, State>) => Listener<Snapshot, Delta>,
  valid: (state: unknown) => state is State,
): Channel<Snapshot, Delta, Action> {
  const api = acquireVsCodeApi()
  const post = (message: FromPanel<Action>) => api.postMessage(message)
  const report = (error: unknown) =>
    post({ type: 'error', message: error instanceof Error ? (error.stack ?? error.message) : String(error) })
  window.addEventListener('error', event => report(event.error ?? event.message))
  window.addEventListener('unhandledrejection', event => report(event.reason))
  const state = api.getState()
  const host: Host<Action, State> = {
    send: action => channel.send(action),
    saved: valid(state) ? state : null,
    save: next => api.setState(next),
  }
  const channel: Channel<Snapshot, Delta, Action> = new Channel(post, listener(host))
  window.addEventListener('message', event => channel.receive(event.data))
  channel.ready()
  return channel
}
