import type { Endpoint } from '@/lib/api/endpoints/endpoint'

type Group = { tag: string; description: string; endpoints: Readonly<Record<string, Endpoint>> }

/** Every endpoint by group, from the contracts themselves. */
export function EndpointTables({ groups }: { groups: readonly Group[] }) {
  return (
    <section aria-labelledby="endpoints" className="prose-answer prose-doc mt-8 text-base">
      <h2 id="endpoints" className="scroll-mt-16">
        Every endpoint
      </h2>
      {groups.map(({ tag, description, endpoints }) => (
        <section key={tag} aria-labelledby={`endpoints-${tag}`}>
          <h3 id={`endpoints-${tag}`} className="scroll-mt-16">
            {tag}
          </h3>
          <p>{description}.</p>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: wider than a phone, it scrolls, and must be reachable by keyboard */}
          <table tabIndex={0}>
            <thead>
              <tr>
                <th scope="col">Request</th>
                <th scope="col">What</th>
                <th scope="col">Role</th>
              </tr>
            </thead>
            <tbody>
              {Object.entries(endpoints).map(([name, { method, path, summary, access }]) => (
                <tr key={name}>
                  <td>
                    <code>
                      {method} {path}
                    </code>
                  </td>
                  <td>{summary}</td>
                  <td>{access === 'open' ? 'anybody' : access}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      ))}
    </section>
  )
}
