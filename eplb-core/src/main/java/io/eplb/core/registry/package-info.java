/**
 * Finds policies with {@link java.util.ServiceLoader} and says which jars failed to load, and why.
 *
 * <p>{@link io.eplb.core.registry.PolicyRegistry} is what to ask. Decisions:
 *
 * <ul>
 *   <li>Every service file on the class path is loaded by a service loader of its own, so that a
 *       broken one is known by its jar and stops nobody else. Named modules are a source likewise.
 *   <li>A provider that is found from several sources by one class loader counts once.
 *   <li>A policy is instantiated once at discovery, to learn its name and options.
 *   <li>Two policies with one name are both unusable, and asking for the name names both jars.
 * </ul>
 */
@NullMarked
package io.eplb.core.registry;

import org.jspecify.annotations.NullMarked;
