/** Not an event of Docker's: tells every open stream of the simulated daemon that it went away. */
export const STREAM_ENDS = 'simulated: stream ends'
