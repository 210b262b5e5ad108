import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { earlyPressesScript } from '@/lib/client/http/early-presses'

/** What a press or a letter looks like to a page: as happy-dom makes them they are not a person's. */
function byPerson(element: Element, event: Event): boolean {
  Object.defineProperty(event, 'isTrusted', { value: true })
  return element.dispatchEvent(event)
}

const press = (element: Element) =>
  byPerson(element, new MouseEvent('click', { bubbles: true, cancelable: true }))

/** As React marks an element that it has brought to life, or, with the flag, one that it is about to. */
const liven = (element: Element, flags = 0) =>
  Object.assign(element, { __reactFiber$test: { flags: 0, return: { flags, return: null } } })

function shown(html: string): Element {
  document.body.innerHTML = `<main>${html}</main>`
  const [element] = document.body.querySelectorAll('main > *')
  if (element === undefined) throw new Error('There is no element.')
  return element
}

const added: [string, EventListenerOrEventListenerObject][] = []

beforeEach(() => {
  vi.useFakeTimers()
  const add = window.addEventListener.bind(window)
  vi.spyOn(window, 'addEventListener').mockImplementation(
    (type: string, listener: EventListenerOrEventListenerObject, options) => {
      added.push([type, listener])
      add(type, listener, options)
    },
  )
  new Function(earlyPressesScript)()
})

afterEach(() => {
  for (const [type, listener] of added.splice(0)) window.removeEventListener(type, listener, true)
  vi.restoreAllMocks()
  vi.useRealTimers()
  document.body.replaceChildren()
})

test('a button pressed three times before it lives is pressed once when it does', () => {
  const button = shown('<button>Go</button>')
  const onPress = vi.fn()
  button.addEventListener('click', onPress)
  for (let time = 0; time < 3; time++) press(button)
  vi.advanceTimersByTime(1_000)
  expect(onPress).not.toHaveBeenCalled()
  liven(button)
  vi.advanceTimersByTime(1_000)
  expect(onPress).toHaveBeenCalledOnce()
  press(button)
  expect(onPress).toHaveBeenCalledTimes(2)
})

test('a button that React knows, in a part of the page that is not finished, is pressed when it is', () => {
  const button = shown('<button>Go</button>')
  const onPress = vi.fn()
  button.addEventListener('click', onPress)
  liven(button, 4096)
  press(button)
  vi.advanceTimersByTime(1_000)
  expect(onPress).not.toHaveBeenCalled()
  liven(button)
  vi.advanceTimersByTime(1_000)
  expect(onPress).toHaveBeenCalledOnce()
})

test('a form sends nothing by itself, and is submitted once it lives', () => {
  const form = shown('<form action="/elsewhere"><input name="token" value="secret"></form>')
  const onSubmit = vi.fn((event: Event) => event.preventDefault())
  form.addEventListener('submit', onSubmit)
  expect(byPerson(form, new Event('submit', { bubbles: true, cancelable: true }))).toBe(false)
  expect(onSubmit).not.toHaveBeenCalled()
  liven(form)
  vi.advanceTimersByTime(1_000)
  expect(onSubmit).toHaveBeenCalledOnce()
})

test('what was typed is told to a field once it lives', () => {
  const field = shown('<textarea></textarea>')
  if (!(field instanceof HTMLTextAreaElement)) throw new Error('It is no field.')
  field.value = 'Find the bug'
  byPerson(field, new Event('input', { bubbles: true }))
  liven(field)
  const told: string[] = []
  field.addEventListener('input', () => told.push(field.value))
  vi.advanceTimersByTime(1_000)
  expect(told).toEqual(['Find the bug'])
})

test('a button that something else made on a living page is left alone', () => {
  const editor = shown('<div><button>Find</button></div>')
  liven(editor)
  const button = editor.querySelector('button')
  if (button === null) throw new Error('There is no button.')
  const onPress = vi.fn()
  button.addEventListener('click', onPress)
  press(button)
  expect(onPress).toHaveBeenCalledOnce()
})

test('a part of a living page that still waits for its code keeps presses too', () => {
  const part = shown('<div><!--$--><button>Open</button><!--/$--></div>')
  liven(part)
  const button = part.querySelector('button')
  if (button === null) throw new Error('There is no button.')
  const onPress = vi.fn()
  button.addEventListener('click', onPress)
  press(button)
  expect(onPress).not.toHaveBeenCalled()
  liven(button)
  vi.advanceTimersByTime(1_000)
  expect(onPress).toHaveBeenCalledOnce()
})
