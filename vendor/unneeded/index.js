// Nothing is in here: dockerode's require succeeds, and whatever would use it fails.
module.exports = {}
