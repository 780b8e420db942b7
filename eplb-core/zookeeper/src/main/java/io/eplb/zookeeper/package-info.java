/**
 * The state that outlives every process, in ZooKeeper: the commit record, the members, the leader.
 *
 * <pre>
 *   {chroot}/record                   the entry, as JSON below 1 KB; each write names the version of
 *                                     the znode that it goes on from
 *   {chroot}/rows/{version}/{layer}   the row of a layer, below 64 KB; a layer's row in force is the
 *                                     one of the greatest version up to the record's
 *   {chroot}/members/{member}         incarnation and address; as long as the member's session
 *   {chroot}/leader                   epoch, candidate, address; as long as the leader's session
 *   {chroot}/epoch                    raised by one in the transaction that creates leader
 *   {chroot}/gatherings, contributions, outcomes
 *                                     as GatheringNodes says
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
 *   <li>Who leads is read from {@code leader} alone, and each znode {@code leader} has an epoch of
 *       its own, greater than those before.
 *   <li>What a process has left behind, because an answer was lost or its session ended unseen, it
 *       removes as soon as it is connected.
 * </ol>
 *
 * <p>Decisions: a request that ZooKeeper does not answer is never repeated here, since the caller
 * knows better. A linearizable read is a read and then a transaction that only checks the version
 * read: it passes through the quorum, which ZooKeeper's {@code sync} does not. The election needs
 * no queue of candidates, as Curator's has: planners are few, and one transaction elects and
 * counts.
 */
@NullMarked
package io.eplb.zookeeper;

import org.jspecify.annotations.NullMarked;
