/**
 * The requests between a planner and the agents of its ranks, over HTTP.
 *
 * <p>One operation is one {@code POST} with a binary body ({@link io.eplb.server.rpc.Operation}).
 * The way is that of every request ({@code io.eplb.server.http}): token, waiting room, limits. A
 * request that the other side refuses, that is late, or that cannot be made fails its stage with
 * {@link io.eplb.server.rpc.RpcException}; the protocol repeats what it needs, nothing is repeated
 * here.
 *
 * <p>HTTP, since the service has its server, its limits, its token and its TLS already, and the JDK
 * has a client: gRPC would bring a second server, a second way to each of these, and generated
 * code, for nine operations. A connection carries one request at a time, so the requests under way
 * to a rank are bounded.
 */
@NullMarked
package io.eplb.server.rpc;

import org.jspecify.annotations.NullMarked;
