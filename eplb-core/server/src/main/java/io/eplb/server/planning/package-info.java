/**
 * Questions of engines and their answers: groups, their histories of load, their policies.
 *
 * <p>{@link io.eplb.server.planning.PlanService} has a model for every shape (layers × experts) of
 * a group. A model is a history of load, a policy in its seat, and the latest answers. Its writer,
 * one task at a time, is the only one that changes them; readers get immutable snapshots and never
 * wait. States of a question:
 *
 * <pre>
 *   WAITING    the first to ask it queued it; who asks the same joins    refused: 429, 503
 *   CHECKED    its parts fit each other and the settings                 refused: 400, 422
 *   COUNTED    its windows are in the journal, then in the history
 *   PLANNED    the policy has answered, or failed                        refused: 422 by the policy
 *   RECORDED   the answer is in the journal                              refused: 503, disk
 *   ANSWERED   everybody who joined has it; who asks later gets the same
 * </pre>
 *
 * <p>Invariants:
 *
 * <ol>
 *   <li>Questions with one digest get one answer, as long as it is among the latest {@code 16} of
 *       its model; also if the policy failed, and also over a reload or, with a state folder, a
 *       restart.
 *   <li>The windows of a question count once, whether it is asked again before its answer, after
 *       it, or after a refusal by the policy or the disk.
 *   <li>A question that is refused before it is COUNTED changes nothing.
 *   <li>The journal knows what the history knows: a service that is killed anywhere and started
 *       again has the windows of every answered question, and gives the answers that it would have
 *       given; a policy with a memory of its own begins anew.
 *   <li>A question is answered by the settings under which it was asked. The policies of settings
 *       that were replaced are closed when their last question is answered.
 *   <li>Whoever stops to wait for an answer changes nothing: it is completed and kept.
 * </ol>
 *
 * <p>Decisions:
 *
 * <ul>
 *   <li>A policy that fails is no error: the answer is the table in force with the reason. If ranks
 *       have failed, or the group grows or shrinks, it is that table made to fit, which is a
 *       change.
 *   <li>A model has one policy at a time. A question for another one, or with other treatment of
 *       slots, closes it; so do new settings, by which a policy that was switched off comes back.
 *   <li>Slots keep their places if an engine runs the table: if the question has one, or the load
 *       of each slot.
 *   <li>{@code failed} names ranks of the table in force. If the group shrinks, those leave, and
 *       the others close up in their order.
 *   <li>A table without {@code ranks} in its shape, and of another width than asked for, is taken
 *       to have the slots per rank that are asked for, if they divide it, else the ranks.
 *   <li>A history whose weights change by a reload starts anew.
 * </ul>
 */
@NullMarked
package io.eplb.server.planning;

import org.jspecify.annotations.NullMarked;
