import { readFileSync } from 'node:fs'

/** One direction of one TCP connection, put together in order. */
export interface TcpStream {
  /** As `10.0.0.1:54321 > 10.0.0.2:389`. */
  readonly name: string
  readonly from: Endpoint
  readonly to: Endpoint
  /** Pieces without a gap between them; the first ends where the first packet is missing. */
  readonly runs: readonly Uint8Array[]
}

/** One payload sent by UDP. */
export interface Datagram {
  readonly from: Endpoint
  readonly to: Endpoint
  readonly payload: Uint8Array
}

/** Address, IPv6 as plain hexadecimal, and port. */
export interface Endpoint {
  readonly address: string
  readonly port: number
}

interface Segment {
  readonly sequence: number
  readonly payload: Uint8Array
}

/**
 * Takes the TCP streams and UDP datagrams out of a capture: pcap or pcapng; Ethernet with VLAN tags,
 * loopback (BSD and Linux "cooked") and raw IP; IPv4 without fragments and IPv6 without extension
 * headers. Enough for the captures the tests read.
 */
export function readCapture(path: string | URL): {
  streams: TcpStream[]
  datagrams: Datagram[]
} {
  const file = readFileSync(path)
  const flows = new Map<string, { from: Endpoint; to: Endpoint; segments: Segment[] }>()
  const datagrams: Datagram[] = []
  for (const { linkType, frame } of readFrames(file)) {
    const packet = readIp(linkType, frame)
    if (packet === undefined) continue
    const { protocol, source, target, body } = packet
    if ((protocol !== 6 && protocol !== 17) || body.length < 8) continue
    const view = Buffer.from(body.buffer, body.byteOffset, body.length)
    const from = { address: source, port: view.readUInt16BE(0) }
    const to = { address: target, port: view.readUInt16BE(2) }
    if (protocol === 17) {
      datagrams.push({ from, to, payload: body.subarray(8, view.readUInt16BE(4)) })
      continue
    }
    const name = `${from.address}:${from.port} > ${to.address}:${to.port}`
    const flow = flows.get(name) ?? { from, to, segments: [] }
    flows.set(name, flow)
    const payload = body.subarray((view[12]! >> 4) * 4)
    // A SYN takes one number itself.
    const sequence = (view.readUInt32BE(4) + ((view[13]! & 2) >> 1)) >>> 0
    if (payload.length > 0) flow.segments.push({ sequence, payload })
  }
  const streams = Array.from(flows, ([name, { from, to, segments }]) => {
    return { name, from, to, runs: joinSegments(segments) }
  })
  return { streams: streams.filter(({ runs }) => runs.length > 0), datagrams }
}

/** Puts segments into order, drops what came twice, and begins a new run after each gap. */
function joinSegments(segments: readonly Segment[]): Uint8Array[] {
  const first = segments[0]?.sequence ?? 0
  // Distances from the first, with sign, so that wrapping numbers stay in order.
  const ordered = segments
    .map(({ sequence, payload }) => ({ at: (sequence - first) | 0, payload }))
    .toSorted((a, b) => a.at - b.at)
  const runs: Uint8Array[][] = []
  let end = Number.NEGATIVE_INFINITY
  for (const { at, payload } of ordered) {
    if (at + payload.length <= end) continue
    if (at > end) runs.push([payload])
    else runs.at(-1)!.push(payload.subarray(end - at))
    end = at + payload.length
  }
  return runs.map((pieces) => new Uint8Array(Buffer.concat(pieces)))
}

function* readFrames(file: Buffer): Generator<{ linkType: number; frame: Uint8Array }> {
  const magic = file.readUInt32LE(0)
  if (magic === 0x0a0d0d0a) yield* readPcapng(file)
  else yield* readPcap(file, magic === 0xa1b2c3d4 || magic === 0xa1b23c4d)
}

/** 24 octets of header, then per packet 16 octets (seconds, fraction, captured, original) and its data. */
function* readPcap(file: Buffer, isLittle: boolean) {
  const u32 = (at: number) => (isLittle ? file.readUInt32LE(at) : file.readUInt32BE(at))
  const linkType = u32(20) & 0xffff
  for (let at = 24; at + 16 <= file.length;) {
    const length = u32(at + 8)
    yield { linkType, frame: file.subarray(at + 16, at + 16 + length) }
    at += 16 + length
  }
}

/** Blocks of type, total length, body, total length. */
function* readPcapng(file: Buffer) {
  let isLittle = true
  const linkTypes: number[] = []
  for (let at = 0; at + 12 <= file.length;) {
    if (file.readUInt32LE(at) === 0x0a0d0d0a) {
      isLittle = file.readUInt32LE(at + 8) === 0x1a2b3c4d
      linkTypes.length = 0
    }
    const u32 = (offset: number) =>
      isLittle ? file.readUInt32LE(offset) : file.readUInt32BE(offset)
    const u16 = (offset: number) =>
      isLittle ? file.readUInt16LE(offset) : file.readUInt16BE(offset)
    const type = u32(at)
    const body = at + 8
    if (type === 1) linkTypes.push(u16(body))
    if (type === 6) {
      const start = body + 20
      yield {
        linkType: linkTypes[u32(body)] ?? -1,
        frame: file.subarray(start, start + u32(body + 12)),
      }
    }
    if (type === 3) {
      const start = body + 4
      yield { linkType: linkTypes[0] ?? -1, frame: file.subarray(start, start + u32(body)) }
    }
    at += Math.max(u32(at + 4), 12)
  }
}

/** Octets before the IP header, by link type (LINKTYPE_ values). */
function skipLink(linkType: number, frame: Uint8Array): number | undefined {
  switch (linkType) {
    case 0: // NULL: address family
    case 108: // LOOP
      return 4
    case 1: {
      // ETHERNET, with any number of VLAN tags.
      let at = 12
      while (frame[at] === 0x81 && frame[at + 1] === 0x00) at += 4
      return at + 2
    }
    case 12: // RAW
    case 101:
    case 228:
    case 229:
      return 0
    case 113: // LINUX_SLL
      return 16
    case 276: // LINUX_SLL2
      return 20
    default:
      return undefined
  }
}

function readIp(linkType: number, frame: Uint8Array) {
  const start = skipLink(linkType, frame)
  if (start === undefined) return undefined
  const ip = frame.subarray(start)
  const view = Buffer.from(ip.buffer, ip.byteOffset, ip.length)
  const version = (ip[0] ?? 0) >> 4
  if (version === 4) {
    const header = (ip[0]! & 0x0f) * 4
    // Captured before the network card cut it up, a packet says that its length is 0.
    const total = view.readUInt16BE(2) || ip.length
    return {
      protocol: ip[9]!,
      source: ip.subarray(12, 16).join('.'),
      target: ip.subarray(16, 20).join('.'),
      body: ip.subarray(header, total),
    }
  }
  if (version === 6) {
    const length = view.readUInt16BE(4) || ip.length - 40
    return {
      protocol: ip[6]!,
      source: view.toString('hex', 8, 24),
      target: view.toString('hex', 24, 40),
      body: ip.subarray(40, 40 + length),
    }
  }
  return undefined
}
