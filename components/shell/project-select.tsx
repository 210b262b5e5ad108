import { Select } from '@/components/ui/form/field'
import type { Access } from '@/lib/api/first/access'
import { enterProject } from '@/lib/client/http/project-choice'

type Props = { current: string; projects: Access['projects'] }

/** Leads into another project. */
export function ProjectSelect({ current, projects }: Props) {
  return (
    <Select
      aria-label="Project"
      className="w-auto max-w-40 max-sm:hidden"
      value={current}
      onChange={(event) => enterProject(event.target.value)}
    >
      {projects.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </Select>
  )
}
