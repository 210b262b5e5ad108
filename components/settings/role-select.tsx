import { Select } from '@/components/ui/form/field'
import { type Role, reaches, roles } from '@/lib/core/base/role'

type Props = {
  value: Role
  /** The highest that may be given. */
  most: Role
  onChange: (role: Role) => void
  id?: string
  label?: string
  disabled?: boolean
}

/** A role, up to one's own. */
export function RoleSelect({ value, most, onChange, id, label, disabled = false }: Props) {
  const offered = roles.filter((role) => reaches(most, role) || role === value)
  return (
    <Select
      id={id}
      aria-label={label}
      disabled={disabled}
      value={value}
      onChange={(event) => {
        const chosen = roles.find((role) => role === event.target.value)
        if (chosen !== undefined) onChange(chosen)
      }}
    >
      {offered.map((role) => (
        <option key={role} value={role}>
          {role}
        </option>
      ))}
    </Select>
  )
}
