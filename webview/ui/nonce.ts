// The component library tries out `:focus-visible` with a <style> element; under a content security policy it needs the
// page's nonce, which it looks for in this tag. To be imported before the library.
const nonce = document.currentScript?.nonce
if (nonce && !document.querySelector('meta[property="csp-nonce"]')) {
  const meta = document.createElement('meta')
  meta.setAttribute('property', 'csp-nonce')
  meta.content = nonce
  document.head.append(meta)
}
