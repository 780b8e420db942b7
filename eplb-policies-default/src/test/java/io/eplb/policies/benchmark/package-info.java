/** JMH benchmarks of planning: each policy beside a sort of equally many loads, in one run. */
@NullMarked
package io.eplb.policies.benchmark;

import org.jspecify.annotations.NullMarked;
