/**
 * Configuration: the keys of an engine's {@code eplb_config} block and ours beside them, from YAML
 * or JSON.
 *
 * <p>Every setting is a {@link io.eplb.api.PolicyOption} (name, type, default, bounds,
 * description), the core's and the policies' alike. The command line wins over the file, the file
 * over the default; {@link io.eplb.core.config.EplbConfig} remembers where each value came from.
 * Decisions: an unknown key is an error wherever it stands; where both {@code eplb_policy} and
 * {@code eplb_policy_type} are given, the name wins; an input path is never opened for writing, and
 * checking a path never changes what it names.
 *
 * <p>YAML is read so that nobody can be surprised by it. Words mean what they mean in the core
 * schema of YAML 1.2: {@code true} and {@code false} (also {@code True} and {@code False}, so that
 * a dictionary of Python can be pasted) are the truth values, {@code yes} and {@code on} are texts.
 * A number is plain decimal; {@code 010}, {@code 1_000}, {@code 0x10} and {@code 1:30}, which YAML
 * 1.1 and 1.2 read differently or as something else than they look, are refused. A decimal may have
 * an exponent, a whole number has neither point nor exponent. Keys given twice, tags, anchors,
 * aliases and merge keys are refused: a value stands where it is read.
 */
@NullMarked
package io.eplb.core.config;

import org.jspecify.annotations.NullMarked;
