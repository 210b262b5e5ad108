import type { FormEvent, ReactNode } from 'react'

type Props = { title: string; about: ReactNode; onSubmit: () => void; children: ReactNode }

/** A form in the middle of an otherwise empty page, by which one gets in. */
export function DoorCard({ title, about, onSubmit, children }: Props) {
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onSubmit()
  }
  return (
    <div className="mx-auto flex w-full max-w-md flex-1 flex-col justify-center px-4 py-10">
      <form onSubmit={submit} aria-label={title} className="panel flex flex-col gap-4 p-6">
        <div>
          <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
          <p className="mt-1 text-sm text-ink-2">{about}</p>
        </div>
        {children}
      </form>
    </div>
  )
}
