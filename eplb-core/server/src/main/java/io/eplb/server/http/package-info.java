/**
 * HTTP: every request passes the same gate (route, token, waiting room, body, action, reply), and
 * every error is a problem document.
 *
 * <p>A request that waits holds no thread. Memory is bounded: bodies share a {@link
 * io.eplb.server.http.BodyBudget}, requests a waiting room, and equal answers one copy of their
 * bytes.
 */
@NullMarked
package io.eplb.server.http;

import org.jspecify.annotations.NullMarked;
