/**
 * The single source of truth about the table in force: versioned snapshots that readers take
 * without a lock, and updates that are merged as a whole or not at all.
 *
 * <p>A snapshot is an {@link io.eplb.api.ExpertTable}: immutable, always valid, with its version.
 * The state of an {@link io.eplb.core.context.EplbContext} is one reference to the latest
 * publication (table, listeners); every transition replaces that reference by compare-and-set, so
 * that each has one instant at which it happens. Invariants:
 *
 * <ol>
 *   <li>Versions are consecutive: an update that is accepted adds one, all others leave no trace.
 *   <li>An update is accepted only if the version that it was made for is still the current one.
 *   <li>A reader sees a publication as a whole. Readers and writers never wait; a writer that loses
 *       the compare-and-set to another gets an empty answer.
 *   <li>A listener is told of every update published after its registration and before its removal,
 *       in the order of the versions, once, and never twice at the same time.
 *   <li>Data derived from a layer (replica counts, slots of an expert) are derived once for all
 *       consecutive versions that leave the layer alone.
 * </ol>
 *
 * <p>Decisions: an update counts a layer as changed if its row differs; one that changes no layer
 * makes no version. The replica order comes with a changed row; alone, it is no change. Rule P4 (no
 * duplicates on a rank) is not applied here: it judges what a policy proposes, and some engines run
 * tables with duplicates. One rank's rows can be replaced as well as whole layers, for a control
 * plane that learns of them rank by rank. A stale writer gets an empty answer rather than an
 * exception, since a lost race is not a fault.
 */
@NullMarked
package io.eplb.core.context;

import org.jspecify.annotations.NullMarked;
