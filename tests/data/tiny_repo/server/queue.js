/** A queue of jobs. */
export class Queue {
  constructor(limit) {
    this.jobs = [];
    this.limit = limit;
  }

  /** Adds a job, unless the queue is full. */
  push(job) {
    if (this.jobs.length < this.limit) this.jobs.push(job);
  }
}
