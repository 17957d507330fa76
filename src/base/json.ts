/** Plain data: what survives `JSON.stringify` and a message between processes. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }
