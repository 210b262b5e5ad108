import { type ReactNode, useState } from 'react'
import { TextField } from '@/components/account/text-field'
import { Button } from '@/components/ui/actions/button'
import { Confirm } from '@/components/ui/actions/dialog'
import { Failed } from '../settings-page'

type Props = {
  /** What the form is called. */
  name: string
  /** What the field is called; another word where one is set already. */
  label: string
  isSet: boolean
  /** Sets the secret, and says when it is done: the field is emptied then. */
  onSet: (secret: string, done: () => void) => void
  isPending: boolean
  /** What is asked before it is forgotten, and what that means. */
  question: string
  consequence: ReactNode
  onForget: () => void
  error: Error | null
}

/** A secret that is set, replaced and forgotten, and never shown. */
export function SecretForm(props: Props) {
  const { name, label, isSet, onSet, isPending, question, consequence, onForget, error } = props
  const [secret, setSecret] = useState('')
  return (
    <>
      <form
        aria-label={name}
        className="flex flex-wrap items-end gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          onSet(secret.trim(), () => setSecret(''))
        }}
      >
        <TextField
          label={label}
          type="password"
          autoComplete="off"
          className="w-80"
          value={secret}
          onChange={setSecret}
        />
        <Button type="submit" variant="primary" disabled={secret.trim() === '' || isPending}>
          Set
        </Button>
        {isSet && (
          <Confirm
            title={question}
            verb="Forget"
            onConfirm={onForget}
            trigger={<Button variant="danger">Forget</Button>}
          >
            {consequence}
          </Confirm>
        )}
      </form>
      <Failed error={error} />
    </>
  )
}
