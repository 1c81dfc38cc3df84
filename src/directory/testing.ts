import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

const path = new URL('../../../shared/lab/goad-essos.ldif.gz', import.meta.url)

/** Options of tests that need the recorded Windows domain: they are skipped, by name, without it. */
export const needsLab = {
  skip: existsSync(path) ? false : 'needs ../shared/lab/goad-essos.ldif.gz',
}

/** SID of the recorded domain, which is its forest's root. */
export const labDomain = 'S-1-5-21-1757510637-1147777529-968741302'

/** One object of the recorded domain. */
export interface LabEntry {
  readonly dn: string
  /** Octets of each value of an attribute; none when it is not there. */
  readonly values: (attribute: string) => Buffer[]
  /** The first value as text. */
  readonly text: (attribute: string) => string | undefined
}

/** All objects of the recorded Windows domain `essos.local`, with all their attributes. */
export function labEntries(): LabEntry[] {
  const ldif = gunzipSync(readFileSync(path)).toString('utf8').replaceAll('\n ', '')
  return ldif.split('\n\n').flatMap((block) => {
    const attributes = new Map<string, Buffer[]>()
    for (const line of block.split('\n')) {
      const match = /^([^:#]+):(:?) *(.*)$/.exec(line)
      if (match === null) continue
      const name = match[1]!.toLowerCase()
      const list = attributes.get(name) ?? []
      list.push(Buffer.from(match[3]!, match[2] === ':' ? 'base64' : 'utf8'))
      attributes.set(name, list)
    }
    const values = (attribute: string) => attributes.get(attribute.toLowerCase()) ?? []
    const text = (attribute: string) => values(attribute)[0]?.toString('utf8')
    const dn = text('dn')
    return dn === undefined ? [] : [{ dn, values, text }]
  })
}
