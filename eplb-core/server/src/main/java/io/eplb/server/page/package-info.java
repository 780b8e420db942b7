/**
 * The live page: what happens in the groups, in a browser.
 *
 * <p>Plans and rounds change <em>topics</em>: one for each model, one for the rounds of each group,
 * and the directory that lists them. A browser is sent whole topics, the one that changed longest
 * ago first, as fast as it reads. So a slow one sees fewer steps and always ends with the latest
 * state; nothing is queued for it; and a new connection needs no memory of an old one.
 */
@NullMarked
package io.eplb.server.page;

import org.jspecify.annotations.NullMarked;
