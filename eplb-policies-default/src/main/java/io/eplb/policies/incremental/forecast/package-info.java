/**
 * The load of one layer in the next window, as far as the windows seen tell.
 *
 * <p>{@link io.eplb.policies.incremental.forecast.WindowWeights} weighs the windows: a moving
 * average follows traffic that changes too late, and one that follows it faster is noisier while
 * nothing changes, so a window counts less the more it is unlike the latest. {@link
 * io.eplb.policies.incremental.forecast.LoadForecast} takes mean, variance and joint deviations
 * from the windows so weighted. An expert's variance is shrunk towards a prior in proportion to its
 * load, far above that of independent tokens, since the counts are over-dispersed (quasi-Poisson;
 * McCullagh and Nelder, <em>Generalized Linear Models</em>, 1989, section 6.2).
 */
@NullMarked
package io.eplb.policies.incremental.forecast;

import org.jspecify.annotations.NullMarked;
