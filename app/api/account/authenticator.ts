import { createHash, createPrivateKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { z } from 'zod'

const questionSchema = z.object({ challenge: z.string() })

const UP = 0x01
const UV = 0x04
const ATTESTED = 0x40

/** What a device is made to do wrong. */
export type Odd = { origin?: string; rpId?: string; isUnverified?: boolean; isForged?: boolean }

/**
 * A device that keeps one passkey, as WebAuthn asks it to (ES256, attestation `none`): it makes a key for a question,
 * and signs later ones with it.
 */
export function makeDevice(url: string) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  const credentialId = randomBytes(16)
  const base64 = (bytes: Uint8Array | string) => Buffer.from(bytes).toString('base64url')
  let counter = 0

  const clientData = (type: string, question: unknown, { origin = new URL(url).origin }: Odd) =>
    Buffer.from(JSON.stringify({ type, challenge: questionSchema.parse(question).challenge, origin }))

  const authenticatorData = (flags: number, { rpId = new URL(url).hostname }: Odd) => {
    counter += 1
    const count = Buffer.alloc(4)
    count.writeUInt32BE(counter)
    return Buffer.concat([createHash('sha256').update(rpId).digest(), Buffer.from([flags]), count])
  }

  const key = { id: base64(credentialId), rawId: base64(credentialId), type: 'public-key' }

  return {
    /** The answer to a question for a new passkey. */
    make(question: unknown, odd: Odd = {}) {
      const cose = Buffer.concat([
        Buffer.from('a5010203262001215820', 'hex'),
        Buffer.from(x, 'base64url'),
        Buffer.from('225820', 'hex'),
        Buffer.from(y, 'base64url'),
      ])
      const flags = UP | ATTESTED | (odd.isUnverified === true ? 0 : UV)
      const data = Buffer.concat([
        authenticatorData(flags, odd),
        Buffer.alloc(16),
        Buffer.from([0, credentialId.length]),
        credentialId,
        cose,
      ])
      const attestation = Buffer.concat([
        Buffer.from('a363666d74646e6f6e656761747453746d74a068617574684461746158', 'hex'),
        Buffer.from([data.length]),
        data,
      ])
      return {
        ...key,
        response: {
          clientDataJSON: base64(clientData('webauthn.create', question, odd)),
          attestationObject: base64(attestation),
          transports: ['internal'],
        },
      }
    },
    /** The answer to a question for a sign-in. */
    answer(question: unknown, odd: Odd = {}) {
      const json = clientData('webauthn.get', question, odd)
      const data = authenticatorData(UP | (odd.isUnverified === true ? 0 : UV), odd)
      const signed = Buffer.concat([data, createHash('sha256').update(json).digest()])
      const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
      const by =
        odd.isForged === true ? other : createPrivateKey(privateKey.export({ format: 'pem', type: 'pkcs8' }))
      return {
        ...key,
        response: {
          clientDataJSON: base64(json),
          authenticatorData: base64(data),
          signature: base64(sign('sha256', signed, by)),
        },
      }
    },
  }
}
