import { isAbsolute } from 'node:path'
import { z } from 'zod'
import type { HiddenPath } from '../backend'

/**
 * The part of the settings of `@anthropic-ai/sandbox-runtime` (its `SandboxRuntimeConfig`) that is set here. A switch
 * that weakens it is set to off and not left out: what a later version makes of a missing one is not known.
 */
export const runtimeSettingsSchema = z.object({
  network: z.object({
    allowedDomains: z.array(z.string()),
    deniedDomains: z.array(z.string()),
    strictAllowlist: z.literal(true),
    allowLocalBinding: z.literal(false),
    allowAllUnixSockets: z.literal(false),
    allowUnixSockets: z.array(z.string()),
    httpProxyPort: z.number().optional(),
    socksProxyPort: z.number().optional(),
  }),
  filesystem: z.object({
    denyRead: z.array(z.string()),
    allowRead: z.array(z.string()),
    allowWrite: z.array(z.string()),
    denyWrite: z.array(z.string()),
    allowGitConfig: z.literal(false),
  }),
  enableWeakerNestedSandbox: z.literal(false),
  enableWeakerNetworkIsolation: z.literal(false),
  allowAppleEvents: z.literal(false),
  allowPty: z.literal(false),
})
export type RuntimeSettings = z.infer<typeof runtimeSettingsSchema>

/** What a sandbox is to see and reach, by absolute paths of this machine. */
export type RuntimeView = {
  workFolder: string
  isReadOnly: boolean
  hidden: readonly HiddenPath[]
  /** Read, and never written. */
  readable: readonly string[]
  /** The sandbox's own, beside the work folder. */
  writable: readonly string[]
  /** Kept from it even where the system would show it: homes, Skein's own data. */
  kept: readonly string[]
  /** Ports of this machine at which it finds our proxy, and at which everything else is refused; null without a network. */
  ports: { http: number; socks: number } | null
}

/** Where systems keep what people have; the package shows everything that it is not told to keep back. */
const ofPeople = [
  '/home',
  '/root',
  '/Users',
  '/Volumes',
  '/mnt',
  '/media',
  '/srv',
  '/tmp',
  '/private/tmp',
  '/var/tmp',
]
/** A folder that the package lets every command write to, wherever it is used. */
const openedByPackage = ['/tmp/claude', '/private/tmp/claude']
/**
 * The network is wired only where some name is allowed, and which names are is for our proxy to say: this one is nobody's
 * (RFC 2606).
 */
const NOBODY = 'hosts.skein.invalid'

/** The settings for one sandbox. Throws where a path is not absolute or holds a pattern, which the package would expand. */
export function runtimeSettings(view: RuntimeView): RuntimeSettings {
  const { workFolder, isReadOnly, hidden, readable, writable, kept, ports } = view
  for (const path of [workFolder, ...readable, ...writable, ...kept, ...hidden.map((one) => one.path)])
    if (!isAbsolute(path) || /[*?[\]]/.test(path))
      throw new Error(`${path} cannot be told to sandbox-runtime: it takes it for a pattern.`)
  return {
    network: {
      allowedDomains: ports === null ? [] : [NOBODY],
      deniedDomains: [],
      strictAllowlist: true,
      allowLocalBinding: false,
      allowAllUnixSockets: false,
      allowUnixSockets: [],
      ...(ports === null ? {} : { httpProxyPort: ports.http, socksProxyPort: ports.socks }),
    },
    filesystem: {
      denyRead: unique([...ofPeople, ...kept, ...hidden.map(({ path }) => path)]),
      allowRead: unique([workFolder, ...readable, ...writable]),
      allowWrite: unique([...(isReadOnly ? [] : [workFolder]), ...writable]),
      denyWrite: unique([...openedByPackage, ...readable, ...hidden.map(({ path }) => path)]),
      allowGitConfig: false,
    },
    enableWeakerNestedSandbox: false,
    enableWeakerNetworkIsolation: false,
    allowAppleEvents: false,
    allowPty: false,
  }
}

function unique(paths: readonly string[]): string[] {
  return [...new Set(paths)]
}
