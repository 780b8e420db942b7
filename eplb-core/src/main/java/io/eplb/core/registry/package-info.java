/**
 * Finds policies with {@link java.util.ServiceLoader}, on the class path and in folders of jars,
 * and lists the jars that failed to load, with reasons.
 *
 * <p>A program asks {@link io.eplb.core.registry.PolicyRegistry}, and closes it after the last use
 * of its policies. Decisions:
 *
 * <ul>
 *   <li>Every service file on the class path is loaded by a service loader of its own, so that a
 *       broken one is known by its jar and stops no other. The named modules are one more source.
 *   <li>A provider that is found from several sources by one class loader counts once.
 *   <li>Discovery reads jars and loads the classes that their service files name, but initialises
 *       none: no code of a policy runs before its name is asked for.
 *   <li>A name is known from an instance alone. {@link io.eplb.core.registry.PolicyRegistry#find}
 *       therefore tries the policies whose class files have the name among their string literals,
 *       as {@code return "acme"} and a constant leave it there. Only if none of them has the name,
 *       it tries the others, whose names may be put together at run time. So a jar that sleeps in a
 *       static block delays those alone who ask for it, or for a name that it mentions.
 *   <li>The literals decide: a policy that puts the same name together at run time does not make it
 *       ambiguous. The list of all policies, which tries all, shows both as unusable.
 *   <li>To be tried, a policy is instantiated once, to learn its name and options, on a thread of
 *       its own; one that takes more than 10 seconds is left behind. Policies of different jars are
 *       tried at the same time; those of one jar one after the other, since their static
 *       initialisers may wait for each other.
 *   <li>Before, the class files of its own package are read: a policy that needs a class that is
 *       missing is listed as failed, not as good until its first plan.
 *   <li>Two policies with one name are both unusable, and asking for the name names both jars.
 * </ul>
 *
 * <p>Jars in a {@link io.eplb.core.registry.PolicyFolder}:
 *
 * <ul>
 *   <li>Each has its own class loader, which sees the jar, the libraries that its manifest's {@code
 *       Class-Path} names, the JDK, {@code io.eplb.api} and SLF4J, the last two from this program
 *       even if the jar brings a copy. While code of the policy runs, its class loader is the
 *       thread's context class loader.
 *   <li>A jar states in its manifest for which version of the API it was built, {@code
 *       EPLB-Api-Version: 1.2}. The major version has to be this program's, the minor version at
 *       most this program's. A jar that states nothing was built for version 1.0. This holds for
 *       jars of the class path too.
 *   <li>Policies are named by {@code META-INF/services/io.eplb.api.EplbPolicy}; a module's {@code
 *       provides} counts on the module path alone. A jar without that file is listed as failed,
 *       since a forgotten one is the likeliest mistake. Put libraries into another folder.
 *   <li>Files are taken in the order of their names. A file that is met again, on the class path,
 *       in another folder or through a symbolic link, counts once.
 *   <li>Isolation protects from mistakes, not from malice: a policy runs in this process. It can
 *       reflect on classes of the class path, use up memory and processors, and end the process. If
 *       a policy ends the process, the command line names it.
 * </ul>
 */
@NullMarked
package io.eplb.core.registry;

import org.jspecify.annotations.NullMarked;
