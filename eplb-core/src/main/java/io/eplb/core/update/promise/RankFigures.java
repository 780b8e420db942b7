package io.eplb.core.update.promise;

/**
 * The work of one rank's side, from its creation on.
 *
 * @param promisesGiven answers to {@link RankLink#promise} that gave the promise
 * @param promisesRefused those that did not, since the fence had begun
 * @param expertsReceived experts received and verified
 * @param receivesFailed experts that could not be received, or were others
 * @param buffersInUse buffers that hold experts of a layer that is not switched, or are written to
 */
public record RankFigures(
    long promisesGiven,
    long promisesRefused,
    long expertsReceived,
    long receivesFailed,
    int buffersInUse) {}
