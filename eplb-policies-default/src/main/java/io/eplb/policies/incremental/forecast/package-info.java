/**
 * The forecast of one layer's load in the next window from the windows so far.
 *
 * <p>{@link io.eplb.policies.incremental.forecast.WindowWeights} weighs the windows: a slow moving
 * average follows changed traffic too late, and a fast one is noisier in steady traffic, so a
 * window counts less the more it differs from the latest, and a window of traffic that comes back
 * counts again. {@link io.eplb.policies.incremental.forecast.LoadForecast} takes mean, variance and
 * joint deviations from the windows so weighted. An expert's variance is shrunk towards a prior in
 * proportion to its load, far above that of independent tokens, since the counts are over-dispersed
 * (quasi-Poisson; McCullagh and Nelder, <em>Generalized Linear Models</em>, 1989, section 6.2).
 */
@NullMarked
package io.eplb.policies.incremental.forecast;

import org.jspecify.annotations.NullMarked;
