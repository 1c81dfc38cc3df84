import { DirectoryError } from './error.ts'

/** What a directory tells about a certificate it holds. */
export interface CertificateFacts {
  /** Common name of the subject; '' when it has none. */
  readonly commonName: string
  /** Hexadecimal, as the authority gave it. */
  readonly serialNumber: string
  readonly notBefore: Date
  readonly notAfter: Date
}

/**
 * Reads name, serial number and validity of an X.509 certificate in DER (RFC 5280 §4.1): Certificate { TBSCertificate
 * { [0] version, serialNumber, signature, issuer, validity { notBefore, notAfter }, subject, … } }. Checks no signature.
 * @throws DirectoryError `malformed` or `truncated`.
 */
export function readCertificate(der: Uint8Array): CertificateFacts {
  const body = new Der(der).enter(sequence).enter(sequence)
  body.skipIf(0xa0)
  const serial = body.take(integer)
  body.take(sequence)
  body.take(sequence)
  const validity = body.enter(sequence)
  const notBefore = timeOf(validity)
  const notAfter = timeOf(validity)
  return {
    commonName: commonNameOf(body.enter(sequence)),
    serialNumber: serial.toHex(),
    notBefore,
    notAfter,
  }
}

const integer = 0x02
const oid = 0x06
const utcTime = 0x17
const sequence = 0x30
const set = 0x31
const commonNameOid = '550403'

/** A cursor over DER elements. Lengths of at most three octets: no certificate is larger. */
class Der {
  readonly #octets: Uint8Array
  #at = 0

  constructor(octets: Uint8Array) {
    this.#octets = octets
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#octets.length
  }

  get tag(): number | undefined {
    return this.#octets[this.#at]
  }

  /** Contents of the next element, which must have this tag. */
  take(tag: number): Uint8Array {
    if (this.tag !== tag)
      throw new DirectoryError('malformed', 'certificate', `expected tag ${tag}`, this.#at)
    let at = this.#at + 1
    let length = this.#octets[at++] ?? 0
    if (length > 0x80 && length <= 0x83) {
      const more = length - 0x80
      length = 0
      for (let index = 0; index < more; index++) length = length * 256 + (this.#octets[at++] ?? 0)
    } else if (length >= 0x80)
      throw new DirectoryError(
        'malformed',
        'certificate',
        'has a length that DER does not allow',
        this.#at,
      )
    if (at + length > this.#octets.length)
      throw new DirectoryError('truncated', 'certificate', 'ends early', this.#at)
    this.#at = at + length
    return this.#octets.subarray(at, at + length)
  }

  enter(tag: number): Der {
    return new Der(this.take(tag))
  }

  skipIf(tag: number): void {
    if (this.tag === tag) this.take(tag)
  }
}

/** UTCTime YYMMDDHHMMSSZ (50 and later are 19YY) or GeneralizedTime YYYYMMDDHHMMSSZ (RFC 5280 §4.1.2.5). */
function timeOf(der: Der): Date {
  const tag = der.tag ?? 0
  const text = new TextDecoder().decode(der.take(tag))
  const full = tag === utcTime ? `${Number(text.slice(0, 2)) >= 50 ? '19' : '20'}${text}` : text
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(full)
  if (parts === null)
    throw new DirectoryError('malformed', 'certificate', 'has a validity that is no time')
  const [, year, month, day, hour, minute, second] = parts
  return new Date(
    Date.UTC(
      Number(year),
      Number(month) - 1,
      Number(day),
      Number(hour),
      Number(minute),
      Number(second),
    ),
  )
}

function commonNameOf(name: Der): string {
  while (!name.isAtEnd) {
    const part = name.enter(set).enter(sequence)
    const type = part.take(oid)
    const value = part.take(part.tag ?? 0)
    if (type.toHex() === commonNameOid) return new TextDecoder().decode(value)
  }
  return ''
}
