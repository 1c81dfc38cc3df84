import {
  type AttributeChange,
  DirectoryError,
  type ObjectId,
  attid,
  readReplPropertyMetaData,
} from '#directory'
import type { Forest } from './forest.ts'

/**
 * The last write to an attribute of an object, from `replPropertyMetaData`; its version counts the writes, taking a value away
 * among them. Nothing when that was not read, is broken, or has no entry for the attribute. The stored form is read, since not
 * every server computes the other ones.
 */
export function lastChange(
  forest: Forest,
  id: ObjectId,
  attribute: keyof typeof attid,
): AttributeChange | undefined {
  const metadata = forest.value(id, 'replPropertyMetaData')
  if (metadata === undefined) return undefined
  try {
    return readReplPropertyMetaData(metadata).find(
      ({ attributeType }) => attributeType === attid[attribute],
    )
  } catch (error) {
    if (error instanceof DirectoryError) return undefined
    throw error
  }
}
