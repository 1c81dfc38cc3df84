import { readFile } from 'node:fs/promises'
import {
  Attribute,
  type BerWriter,
  Change,
  Client,
  Control,
  InsufficientAccessError,
  NoSuchObjectError,
} from 'ldapts'
import { type SecurityDescriptor, writeSecurityDescriptor } from '#directory'
import { controlOids, sdFlags } from '#ldap'
import type { SambaDc } from '../samba.ts'

/** Parts of a security descriptor, as bits of the SD flags control. */
export const part = { owner: 1, group: 2, dacl: 4 } as const

/** A connection to a domain controller, signed in as somebody, that reads and writes. Not our client: that one cannot write. */
export class Peer {
  readonly #client: Client

  private constructor(client: Client) {
    this.#client = client
  }

  static async signIn(dc: SambaDc, name: string, password: string): Promise<Peer> {
    const client = new Client({
      url: `ldaps://${dc.host}`,
      tlsOptions: { ca: await readFile(dc.caFile), servername: dc.name },
    })
    await client.bind(name, password)
    return new Peer(client)
  }

  async add(dn: string, attributes: Record<string, string>): Promise<void> {
    await this.#client.add(dn, attributes)
  }

  async delete(dn: string): Promise<void> {
    await this.#client.del(dn)
  }

  async replace(dn: string, type: string, value: string | Buffer): Promise<void> {
    await this.change(dn, type, { replace: value })
  }

  /** Changes one attribute in the order given. */
  async change(
    dn: string,
    type: string,
    steps: { readonly [operation in 'add' | 'delete' | 'replace']?: string | Buffer },
    controls: Control[] = [],
  ): Promise<void> {
    const changes = Object.entries(steps).map(
      ([operation, value]) =>
        new Change({
          operation: operation as 'add' | 'delete' | 'replace',
          modification: new Attribute({ type, values: [Buffer.from(value)] }),
        }),
    )
    await this.#client.modify(dn, changes, controls)
  }

  /** Replaces the parts of an object's security descriptor that the bits name. */
  async secure(dn: string, descriptor: SecurityDescriptor, parts: number): Promise<void> {
    const value = Buffer.from(writeSecurityDescriptor(descriptor))
    await this.change(dn, 'nTSecurityDescriptor', { replace: value }, [
      new PartsOfDescriptor(parts),
    ])
  }

  /** Values of those of an object's attributes that are shown; none when the object is not. */
  async read(dn: string, attributes: string[]): Promise<Map<string, Buffer[]>> {
    const options = { scope: 'base', attributes, explicitBufferAttributes: attributes } as const
    const controls = [new PartsOfDescriptor(part.dacl)]
    const shown = new Map<string, Buffer[]>()
    try {
      const { searchEntries } = await this.#client.search(dn, options, controls)
      for (const attribute of attributes) {
        const values = [searchEntries[0]?.[attribute] ?? []].flat() as Buffer[]
        if (values.length > 0) shown.set(attribute, values)
      }
    } catch (error) {
      if (!(error instanceof NoSuchObjectError)) throw error
    }
    return shown
  }

  async countChildren(dn: string): Promise<number> {
    const { searchEntries } = await this.#client.search(dn, { scope: 'one', attributes: ['1.1'] })
    return searchEntries.length
  }

  async close(): Promise<void> {
    await this.#client.unbind()
  }
}

/** Whether something that was tried was allowed; anything but a refusal for want of rights is thrown on. */
export async function isAllowed(attempt: Promise<unknown>): Promise<boolean> {
  try {
    await attempt
    return true
  } catch (error) {
    if (error instanceof InsufficientAccessError) return false
    throw error
  }
}

/** Lets an error pass for success: the server got beyond looking at rights. */
export async function passing(
  attempt: Promise<unknown>,
  harmless: new (...args: never[]) => Error,
): Promise<void> {
  try {
    await attempt
  } catch (error) {
    if (!(error instanceof harmless)) throw error
  }
}

class PartsOfDescriptor extends Control {
  readonly #parts: number

  constructor(parts: number) {
    super(controlOids.sdFlags, { critical: true })
    this.#parts = parts
  }

  protected override writeControl(writer: BerWriter): void {
    writer.writeBuffer(Buffer.from(sdFlags.of(this.#parts).value ?? []), 0x04)
  }
}
