/** Where TensorFlow's native library was installed, as far as the environment says so. */
export function tensorflowFolder(): { readonly tensorflow?: string } {
  const folder = process.env.MTL_TENSORFLOW
  return folder ? { tensorflow: folder } : {}
}
