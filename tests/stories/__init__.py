"""What a user sees of each faulty version of the sample shop, from `signalbox up`, in a real browser."""
