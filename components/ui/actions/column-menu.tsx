import { Columns3 } from 'lucide-react'
import { Button } from './button'
import { Menu, MenuCheck } from './menu'

type Props<Name extends string> = {
  /** Those that can be left out, in their order. */
  names: readonly Name[]
  labels: Readonly<Record<Name, string>>
  shown: readonly Name[]
  onShown: (names: Name[]) => void
  size?: 'sm' | 'md'
}

/** Which columns a table has. */
export function ColumnMenu<Name extends string>({ names, labels, shown, onShown, size = 'md' }: Props<Name>) {
  return (
    <Menu
      label="Columns"
      trigger={
        <Button size={size}>
          <Columns3 aria-hidden="true" className="size-3.5" />
          Columns
        </Button>
      }
    >
      {names.map((name) => (
        <MenuCheck
          key={name}
          isChecked={shown.includes(name)}
          onChange={(isShown) =>
            onShown(names.filter((one) => (one === name ? isShown : shown.includes(one))))
          }
        >
          {labels[name]}
        </MenuCheck>
      ))}
    </Menu>
  )
}
