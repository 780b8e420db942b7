/**
 * What outlives every process, kept in ZooKeeper: the commit record, the members, and the leader.
 *
 * <pre>
 *   {chroot}/record                    the entry, as JSON below 1 KB; each write names the version of
 *                                      the znode that it goes on from
 *   {chroot}/rows/{version}/{layer}    the row of a layer, below 64 KB; a layer's row in force is the
 *                                      one of the greatest version up to the record's
 * </pre>
 *
 * <p>A planner writes rows in transactions that check the version of {@code record} as its own
 * proposal left it. So nobody who has been voided or deposed since writes anything, and rows that
 * it has left behind are replaced or removed before the next decision. Invariants:
 *
 * <ol>
 *   <li>Rows of a version above the record's are nobody's: no reader looks at them.
 *   <li>When the record moves to a version, the rows of that version are those of its switch, no
 *       more and no fewer.
 *   <li>A row is removed when a later version that was committed has another row of its layer.
 *       Readers at an earlier version read again.
 * </ol>
 *
 * <p>Decisions: a request that ZooKeeper does not answer is never repeated here, since the caller
 * knows better. A linearizable read is a read and then a transaction that only checks the version
 * read: it passes through the quorum, which ZooKeeper's {@code sync} does not.
 */
@NullMarked
package io.eplb.zookeeper;

import org.jspecify.annotations.NullMarked;
