/**
 * Files of placements: {@link io.eplb.core.format.placement.PlacementFormats} is the list of the
 * formats, and each implements {@link io.eplb.core.format.placement.PlacementFormat}.
 *
 * <p>To add a format: implement the interface, reading into a {@code StoredPlacement.Builder} and
 * refusing what the format cannot hold before the first byte is written; add the class to the list;
 * test it as {@code SglangFormatTest} does, hostile files included ({@code PlacementFormatsTest}
 * writes and reads every format of the list without a change); and name it in docs/formats.md and
 * in the help of {@code --output-format}.
 *
 * <p>Decisions: a placement is read into an {@link io.eplb.api.ExpertTable} of version 0, which is
 * always complete and within range. The number of experts is one more than the greatest id, unless
 * it is stored or given. SGLang's, DeepSeek's and TensorRT-LLM's files do not say how many ranks
 * there are; unless the caller says it, all slots are read as those of one rank, and {@link
 * io.eplb.core.format.placement.StoredPlacement#ranksKnown} is false. Slots that a rank cannot use
 * are −1: its last ones, the same in every layer. {@link
 * io.eplb.core.format.placement.PlacementFormat#emptySlotsWarning} says what the engine makes of
 * them. A file that an engine's loader is known to fail on (further keys in SGLang's file, gaps in
 * an expert map's ids) is refused when read, too. A table that a format cannot hold is refused
 * before the first byte is written. A plan for Omni-Infer, whose engine derives the slots from the
 * experts, is written in that order; a map in another order is refused.
 */
@NullMarked
package io.eplb.core.format.placement;

import org.jspecify.annotations.NullMarked;
