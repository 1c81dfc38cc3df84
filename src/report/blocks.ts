/** Characters of a block: few writes, and little memory. */
const blockLength = 1 << 16

/** The same text in fewer, larger chunks. */
export function* blocks(chunks: Iterable<string>): Generator<string> {
  let block = ''
  for (const chunk of chunks) {
    block += chunk
    if (block.length < blockLength) continue
    yield block
    block = ''
  }
  if (block !== '') yield block
}
