/**
 * A script for the head of every page: what somebody presses or types before the code of the page has come is kept,
 * and done once that part of the page is alive. React repeats such presses only where its own code has come already.
 *
 * Alive is an element that React knows and that no part of the page around it still hydrates: React marks the roots of
 * those parts (4096 is its flag `Hydrating`), and knows their elements before it has finished.
 *
 * A press is done once, however often it was made meanwhile; of links and of what opens by itself browsers take care.
 * No form sends its fields to an address by itself. What stands where React has nothing to bring to life is not ours:
 * editors make buttons of their own.
 */
export const earlyPressesScript = `(() => {
const presses = new Set(), fields = new Map()
let isWaiting = false
const fiberOf = (element) => {
  const key = Object.keys(element).find((one) => one.startsWith('__reactFiber$'))
  return key === undefined ? null : element[key]
}
const isHydrating = (fiber) => {
  for (let at = fiber; at; at = at.return) if (at.flags & 4096) return true
  return false
}
const isInBoundary = (node) => {
  for (let at = node.previousSibling; at; at = at.previousSibling)
    if (at.nodeType === 8) return at.data[0] === '$'
  return false
}
const isEarly = (element) => {
  let below = null
  for (let at = element; at; below = at, at = at.parentElement) {
    const fiber = fiberOf(at)
    if (fiber !== null) return isHydrating(fiber) || (below !== null && isInBoundary(below))
  }
  return true
}
const near = ({ target, isTrusted }, kinds) => {
  const found = isTrusted && target instanceof Element ? target.closest(kinds) : null
  return found !== null && (fields.has(found) || isEarly(found)) ? found : null
}
const wait = () => {
  if (!isWaiting) setTimeout(look, 30)
  isWaiting = true
}
const look = () => {
  isWaiting = false
  for (const kept of [fields, presses])
    for (const element of kept.keys()) if (!element.isConnected) kept.delete(element)
  for (const [field, kept] of fields)
    if (!isEarly(field) && fields.delete(field)) retype(field, kept)
  for (const element of presses)
    if (!isEarly(element) && presses.delete(element)) element.tagName === 'FORM' ? element.requestSubmit() : element.click()
  if (fields.size + presses.size > 0) wait()
}
const keep = (event, element) => {
  event.preventDefault()
  event.stopImmediatePropagation()
  presses.add(element)
  wait()
}
const isTick = ({ type }) => type === 'checkbox' || type === 'radio'
const retype = (field, kept) => {
  if (isTick(field)) {
    field.checked = !kept
    return field.click()
  }
  if (field.tagName === 'SELECT') field.value = kept
  else {
    field.value = kept + ' '
    Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), 'value').set.call(field, kept)
    field.dispatchEvent(new Event('input', { bubbles: true }))
  }
  field.dispatchEvent(new Event('change', { bubbles: true }))
}
addEventListener('click', (event) => {
  const element = near(event, 'button,[role=button],input[type=button],input[type=submit]')
  if (element !== null) keep(event, element)
}, true)
addEventListener('submit', (event) => {
  const form = near(event, 'form')
  if (form !== null) keep(event, form)
}, true)
addEventListener('input', (event) => {
  const field = near(event, 'input:not([type=file]),textarea,select')
  if (field === null) return
  fields.set(field, isTick(field) ? field.checked : field.value)
  wait()
}, true)
})()`
