import { useState } from 'react'
import { canonicalJson, type Json, parseJson } from '@/lib/core/base/json'
import { shownValue } from '@/lib/view/questions/args-form'
import { TextArea, type Wired } from './field'

type Props = { wired: Wired; value: Json | undefined; placeholder: string; onText: (text: string) => void }

/** A list as JSON. The typed text is kept while it means the same, so the caret does not jump. */
export function ListInput({ wired, value, placeholder, onText }: Props) {
  const [typed, setTyped] = useState(shownValue(value))
  const means = parseJson(typed)
  const isSame =
    means === undefined ? typed === shownValue(value) : canonicalJson(means) === canonicalJson(value)
  return (
    <TextArea
      {...wired}
      rows={2}
      placeholder={placeholder === '' ? '["a", "b"]' : placeholder}
      value={isSame ? typed : shownValue(value)}
      onChange={(event) => {
        setTyped(event.target.value)
        onText(event.target.value)
      }}
    />
  )
}
