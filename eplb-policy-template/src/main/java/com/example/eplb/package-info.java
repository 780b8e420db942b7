/**
 * The policy {@code swap-hottest}: a complete example of a policy, to be copied and renamed.
 *
 * <p>{@link com.example.eplb.SwapHottestPolicy} is what the core sees: name, options, and a plan
 * for all layers. {@link com.example.eplb.HottestSwaps} is what it does to one layer, and {@link
 * com.example.eplb.LayerOrder} puts the layers in order.
 */
package com.example.eplb;
