import { type BerReader, type BerWriter, Tag } from '#ber'
import { controlCodec, type ControlCodec } from '../control.ts'
import { controlOids } from '../oids.ts'
import { type ResultCode, resultCodes } from '../result.ts'

/** One key to sort by; the first is the most significant (RFC 2891 §1.1). */
export interface SortKey {
  readonly attributeType: string
  /** OID or name of the rule that orders; absent for the attribute's own. */
  readonly orderingRule?: string
  readonly reverseOrder: boolean
}

/** How the sorting went (RFC 2891 §1.2). */
export interface SortResult {
  readonly sortResult: ResultCode
  /** The first attribute that was at fault. */
  readonly attributeType?: string
}

const orderingRuleTag = Tag.context(0)
const reverseOrderTag = Tag.context(1)
const attributeTypeTag = Tag.context(0)
const maxKeys = 64

/** The server side sort control of a request. Active Directory takes one key. */
export const sort: ControlCodec<readonly SortKey[]> = controlCodec(
  controlOids.sort,
  'SortKeyList',
  readSortKeys,
  writeSortKeys,
)

/** The answer to {@link sort}, on the result that ends the search. */
export const sortResponse: ControlCodec<SortResult> = controlCodec(
  controlOids.sortResponse,
  'SortResult',
  readSortResult,
  writeSortResult,
)

function readSortKeys(reader: BerReader): SortKey[] {
  const list = reader.enter('SortKeyList')
  const keys: SortKey[] = []
  while (!list.isEmpty) {
    if (keys.length >= maxKeys) list.fail('count', 'SortKeyList', `over ${maxKeys} keys`)
    const value = list.enter('SortKeyList')
    keys.push({
      attributeType: value.text('SortKeyList.attributeType'),
      ...(value.nextIs(orderingRuleTag) && {
        orderingRule: value.text('SortKeyList.orderingRule', orderingRuleTag),
      }),
      reverseOrder:
        value.nextIs(reverseOrderTag) && value.boolean('SortKeyList.reverseOrder', reverseOrderTag),
    })
    value.finish('SortKeyList', [Tag.octetString, orderingRuleTag, reverseOrderTag])
  }
  return keys
}

function writeSortKeys(writer: BerWriter, keys: readonly SortKey[]): void {
  writer.nest(Tag.sequence, () => {
    for (const { attributeType, orderingRule, reverseOrder } of keys) {
      writer.nest(Tag.sequence, () => {
        writer.text(attributeType)
        if (orderingRule !== undefined) writer.text(orderingRule, orderingRuleTag)
        if (reverseOrder) writer.boolean(true, reverseOrderTag)
      })
    }
  })
}

function readSortResult(reader: BerReader): SortResult {
  const value = reader.enter('SortResult')
  const answer = {
    sortResult: value.enumerated(resultCodes),
    ...(value.nextIs(attributeTypeTag) && {
      attributeType: value.text('SortResult.attributeType', attributeTypeTag),
    }),
  }
  value.finish('SortResult', [Tag.enumerated, attributeTypeTag])
  return answer
}

function writeSortResult(writer: BerWriter, { sortResult, attributeType }: SortResult): void {
  writer.nest(Tag.sequence, () => {
    writer.enumerated(resultCodes, sortResult)
    if (attributeType !== undefined) writer.text(attributeType, attributeTypeTag)
  })
}
