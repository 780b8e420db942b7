/**
 * The record that decides, for all processes, which table is in force.
 *
 * <p>{@link io.eplb.core.record.RecordEntry} holds the transitions; an implementation of {@link
 * io.eplb.core.record.CommitRecord} makes each of them by one compare-and-set. Invariants:
 *
 * <ol>
 *   <li>A switch is decided once: committed or void. It is committed only by the planner of the
 *       record's epoch, and only while no other process has voided it.
 *   <li>Epoch, version and fence never go back. Each commit makes one version, whose fence is above
 *       that of the version before.
 *   <li>The rows of a version are readable before its decision, and as long as it is in force.
 *   <li>No planner writes anything after a planner of a greater epoch has taken over.
 * </ol>
 */
@NullMarked
package io.eplb.core.record;

import org.jspecify.annotations.NullMarked;
