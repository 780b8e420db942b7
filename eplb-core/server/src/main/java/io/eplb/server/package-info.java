/**
 * The planning service as a whole: its settings, its start and its end.
 *
 * <p>A request passes the packages in this order: {@code http} receives it, {@code message} decodes
 * it, {@code round} waits for the other ranks if it belongs to a round, {@code planning} answers
 * it, {@code state} keeps what must survive a restart, {@code observe} tells metrics and the page.
 */
@NullMarked
package io.eplb.server;

import org.jspecify.annotations.NullMarked;
