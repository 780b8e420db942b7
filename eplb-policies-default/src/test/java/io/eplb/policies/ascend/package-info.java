/**
 * Tests of the policies of vLLM-Ascend: recorded cases, rules over random shapes, edges, faults.
 */
@NullMarked
package io.eplb.policies.ascend;

import org.jspecify.annotations.NullMarked;
